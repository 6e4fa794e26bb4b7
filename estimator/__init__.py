"""How long things take: durations learned, who is next, the queue kernel, and the forecast made of them."""
