"""``python -m hallserver``: the same as the ``hallserver`` command."""

from hallserver.cli import main

main()
