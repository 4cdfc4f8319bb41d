extends Node
@rpc("any_peer") func enter(nick: StringName, at: NodePath = ^"../x"): pass
@rpc func seats(list: PackedInt32Array, by: Dictionary[String, int] = {}): pass
