// An empty module: the start of Node alone.
