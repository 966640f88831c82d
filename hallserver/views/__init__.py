"""What one screen shows, in plain data: pure functions of the hall and the moment."""
