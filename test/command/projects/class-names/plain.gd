extends RefCounted
@rpc func never(): pass
