"""What a screen shows: the words in each language, the pages, the codecs of signs."""
