"""A simulated day, played against a running hall through its public API."""
