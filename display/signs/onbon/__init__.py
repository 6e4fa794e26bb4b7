"""Onbon's font cards, BX-5K and BX-6K: text into dynamic areas over TCP, port 5005.

A dynamic area lives in the card's memory: it may be written as often as one likes, which the flash under
ordinary programmes may not. Run mode 2 is what this project needs of it: the card itself takes an area away
that was not written again for so many seconds, so that minutes nobody stands behind vanish by themselves.

The way in: pages → ``text`` → ``area`` → ``packet`` → ``frame`` → bytes, and the same way back. ``card`` puts
them together. Names of fields are the vendor's, in English.

Sources: Onbon, "BX-5K/6K communication protocol, user's edition" (doc.onbonbx.com/zh/k/potocol), of which
only the beginning could be read here; Onbon, "Led5kSDK interfaces" (fields of an area, run modes, kinds of
cards, errors); frames that a dealer and integrators published, which the tests hold these modules against.
"""
