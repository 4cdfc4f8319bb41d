# Where a player wants to go, by its own peer: arrow keys, or with --auto towards the nearest coin.
extends Node

var direction := Vector2.ZERO
var auto := OS.get_cmdline_user_args().has("--auto")


func _process(_delta: float) -> void:
	if not is_multiplayer_authority():
		return
	direction = _to_nearest_coin() if auto else Input.get_vector("ui_left", "ui_right", "ui_up", "ui_down").sign()


func _to_nearest_coin() -> Vector2:
	var here: Vector2 = get_parent().position
	var way := Vector2.ZERO
	for coin: Node2D in get_node("/root/Main/Coins").get_children():
		var other := coin.position - here
		if way == Vector2.ZERO or other.length() < way.length():
			way = other
	return way.sign()
