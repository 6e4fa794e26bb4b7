"""Branch days that did not happen: lobbies whose truth is known, and the days drawn from them.

``lobby`` holds the parameters, ``day`` draws one day from them, ``play`` acts it: commands out, answers in.
``virtual`` answers from the pure domain in virtual time; the demo's player (``app.demo``) from the service.
"""
