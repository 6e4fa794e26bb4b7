"""Busy and quiet hours: how long people usually wait, and how many come, by weekday and half hour.

The way: journal and imported history → visits → the usual week → what the API and the page say of it.
"""
