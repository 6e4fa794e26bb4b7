"""What can be asked over HTTP and websockets, a module for each kind of asker's need."""
