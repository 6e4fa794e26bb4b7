"""Signs over the windows that are no screens: LED boards, spoken to in bytes.

One way through: a window's view (``seen``) becomes still pages of text for a board of so many cells
(``saying``), a ``codec`` makes those into the bytes that one kind of board wants, and its ``answers`` into
whether the board took them. The same codec turns the bytes back into what the board shows (``Board``,
``Picture``), which is what simulators and tests look at. All is pure: the connection is ``app.signs``.

=================  ========================================================  =================================
kind               what it is                                                held against
=================  ========================================================  =================================
``onbon-5k``       Onbon BX-5K font cards: ``display.signs.onbon``           published frames
``onbon-6k``       Onbon BX-6K font cards: the same, in dynamic mode         nothing of its own: experimental
``numeric``        boards of digits on a line: ``display.signs.numeric``     nothing: experimental
=================  ========================================================  =================================

No codec was ever tried on a real board here; what frames each was held against stands in its tests.
"""
