"""The paper side of the hall: a slip of words becomes a drawn paper, its bytes, and a ticket in a hand.

slip -> layout -> raster -> escpos_bytes -> printers; spool and follower see to it that one press
gives at most one paper. It knows nothing of the server's inside and runs beside a kiosk on its own:
``python -m ticket_printer``.
"""
