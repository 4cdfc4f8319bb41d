// A module with nothing in it: what Node needs to start.
