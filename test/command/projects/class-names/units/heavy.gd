extends Tank
@rpc func brace(...parts: Array): pass
# Stays callable, as it was.
func fire(at, power := 1.0): pass
