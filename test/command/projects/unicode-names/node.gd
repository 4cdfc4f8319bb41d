extends Node
@rpc func other(): pass
