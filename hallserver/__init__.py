"""The software of a public service hall: numbers, calls, screens, voice, windows, ratings."""

__version__ = "0.1.0"
