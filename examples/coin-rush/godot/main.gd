# Coin rush: who has five coins first wins. A client of a server, or the server itself.
#
# godot4 --path . -- --url=ws://127.0.0.1:9083     (and --auto: it plays by itself, and ends with the round)
# godot4 --headless --path . -- --host=9083
extends Node2D

const TICK := 1.0 / 30
const STEP := 4.0
const REACH := 12.0
const GOAL := 5
const COINS := 3
const SIZE := Vector2i(160, 100)

var since := 0.0


func _ready() -> void:
	var url := "ws://127.0.0.1:9083"
	var peer := WebSocketMultiplayerPeer.new()
	for argument in OS.get_cmdline_user_args():
		if argument.begins_with("--url="):
			url = argument.trim_prefix("--url=")
		elif argument.begins_with("--host="):
			peer.create_server(argument.trim_prefix("--host=").to_int())
			print("coin rush on port ", argument.trim_prefix("--host="))
	if peer.get_connection_status() == MultiplayerPeer.CONNECTION_DISCONNECTED:
		peer.create_client(url)
	multiplayer.connected_to_server.connect(func() -> void: print("playing as ", multiplayer.get_unique_id()))
	multiplayer.connection_failed.connect(func() -> void: print("no server at ", url))
	multiplayer.server_disconnected.connect(func() -> void: print("the connection has ended"))
	multiplayer.peer_connected.connect(_add_player)
	multiplayer.peer_disconnected.connect(_remove_player)
	multiplayer.multiplayer_peer = peer


func _process(delta: float) -> void:
	$Scores.text = _scores()
	since += delta
	if multiplayer.is_server() and since >= TICK:
		since = 0
		_tick()


## `winner` is a peer.
@rpc("call_local")
func over(winner: int) -> void:
	print("over: %d wins, %s" % [winner, _scores()])
	if OS.get_cmdline_user_args().has("--auto"):
		multiplayer.multiplayer_peer.close()
		get_tree().quit()


func _scores() -> String:
	var scores := PackedStringArray()
	for player: Node2D in $Players.get_children():
		scores.append("%s=%d at %d,%d" % [player.name, player.score, player.position.x, player.position.y])
	scores.sort()
	return " ".join(scores)


# The server's part.


func _add_player(id: int) -> void:
	if multiplayer.is_server():
		var player := preload("res://player.tscn").instantiate()
		player.name = str(id)
		player.position = _anywhere()
		$Players.add_child(player)


func _remove_player(id: int) -> void:
	if multiplayer.is_server() and $Players.has_node(str(id)):
		$Players.get_node(str(id)).queue_free()


func _tick() -> void:
	for player: Node2D in $Players.get_children():
		if player.score >= GOAL: # all have heard of it
			over.rpc(player.name.to_int())
			for other: Node2D in $Players.get_children():
				other.score = 0
			return
	while $Coins.get_child_count() < COINS:
		var coin := preload("res://coin.tscn").instantiate()
		coin.position = _anywhere()
		$Coins.add_child(coin, true)
	for player: Node2D in $Players.get_children():
		player.position += player.get_node("Input").direction.sign() * STEP
		for coin: Node2D in $Coins.get_children():
			if player.position.distance_to(coin.position) < REACH:
				player.score += 1
				coin.free()
				break


func _anywhere() -> Vector2:
	return Vector2(randi() % SIZE.x, randi() % SIZE.y) * STEP
