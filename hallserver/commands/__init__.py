"""What can be asked for on the command line, by what it is about. ``cli`` puts them together."""
