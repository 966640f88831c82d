"""What a browser or a device meets: pages, API, live socket, sign-in."""
