# A player, named after its peer. The server says where it is and what it has; the peer itself where it wants to go.
extends Node2D

var score := 0


func _enter_tree() -> void:
	$Input.set_multiplayer_authority(name.to_int())
