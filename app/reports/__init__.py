"""How reports are made: a page with tables and pictures, in a folder that is whole or not there."""
