# A room with a button. The room is the path of the URL; any gateway will do.
#
# godot4 --path . -- --url=ws://127.0.0.1:9084/room-7   (and --presses=3: it presses so often by itself, and ends)
extends Node

var url := "ws://127.0.0.1:9084/room-7"
var presses := 0


func _ready() -> void:
	for argument in OS.get_cmdline_user_args():
		if argument.begins_with("--url="):
			url = argument.trim_prefix("--url=")
		elif argument.begins_with("--presses="):
			presses = int(argument.trim_prefix("--presses="))
	$Button.pressed.connect(func() -> void: press.rpc_id(1))
	multiplayer.server_disconnected.connect(_join_again)
	multiplayer.connection_failed.connect(_join_again)
	_join()


func _join() -> void:
	var peer := WebSocketMultiplayerPeer.new()
	peer.peer_disconnected.connect(func(_id: int) -> void:
		var socket := peer.get_peer(1)
		_show("closed with %d %s" % [socket.get_close_code(), socket.get_close_reason()]))
	peer.create_client(url)
	multiplayer.multiplayer_peer = peer


## A gateway or the room has gone; in a second or two others are there.
func _join_again() -> void:
	await get_tree().create_timer(randf_range(1, 2)).timeout
	_join()


## At the room: somebody presses the button.
@rpc("any_peer")
func press() -> void:
	pass


## The room tells how often the button was pressed, and who did it last: 0 when we have just come.
@rpc
func pressed(count: int, by: int) -> void:
	_show("%d so far" % count if by == 0 else "%d, by %s" % [count, "me" if by == multiplayer.get_unique_id() else str(by)])
	if by != 0 and by != multiplayer.get_unique_id():
		return
	if by != 0:
		presses -= 1
		if presses == 0:
			multiplayer.multiplayer_peer.close()
			get_tree().quit()
			return
	if presses > 0:
		press.rpc_id(1)


func _show(text: String) -> void:
	print(text)
	$Label.text = text
