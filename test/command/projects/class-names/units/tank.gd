class_name Tank extends Unit
@export_range(0, 10) var heat: float = 1.5
@rpc("any_peer") func fire(at, power := 1.0): pass
# Another configuration of an inherited method.
@rpc("any_peer", "reliable") func stop(): pass
