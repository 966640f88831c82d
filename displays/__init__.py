"""What the hall hears: announcements made from the log's calls.

Inside the server: ``displays.phrases.phrase`` and ``displays.voice.Voice``. Beside a loudspeaker, on a
machine of its own: ``python -m displays --server URL --hall ID --token TOKEN``.
"""
