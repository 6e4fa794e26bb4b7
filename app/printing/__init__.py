"""Slips on paper: from a ticket that is durable to a network printer, without anybody waiting for it.

The way: slip (``display.slip``) → printer's commands (``commands``, ``drawing``) → the line to it (``line``),
which asks before and after how the printer is (``status``) → what the kiosk is told (``press``).

The extra ``print`` brings python-escpos and Pillow; nothing here needs them before the first slip.
"""
