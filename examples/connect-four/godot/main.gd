# Connect four against whoever else is in the lobby. Keys 1 to 7 drop a stone.
#
# godot4 --path . -- --url=ws://127.0.0.1:9082 --name=Ann   (and --auto: it plays by itself, and ends with the game)
extends Node

const COLUMNS := 7
const ROWS := 6

var url := "ws://127.0.0.1:9082"
var player_name := "Godot"
var auto := false
var names: Array = []
var mark := 0
var turn := 0
## Marks by rows, from the top.
var board := PackedByteArray()


func _ready() -> void:
	for argument in OS.get_cmdline_user_args():
		if argument.begins_with("--url="):
			url = argument.trim_prefix("--url=")
		elif argument.begins_with("--name="):
			player_name = argument.trim_prefix("--name=")
		elif argument == "--auto":
			auto = true
	multiplayer.connected_to_server.connect(func() -> void: sit_down.rpc_id(1, player_name))
	multiplayer.server_disconnected.connect(_show.bind("the connection has ended"))
	multiplayer.connection_failed.connect(_show.bind("no server at " + url))
	var peer := WebSocketMultiplayerPeer.new()
	peer.create_client(url)
	multiplayer.multiplayer_peer = peer
	_show("waiting for another player")


# What the server does.


@rpc("any_peer")
func sit_down(_name: String) -> void:
	pass


@rpc("any_peer")
func place(_column: int) -> void:
	pass


# What it tells us.


## A game of `players` begins; our stones have the mark `ours`, 1 or 2. Mark 1 has the first turn.
@rpc
func begin(players: Array, ours: int) -> void:
	names = players
	mark = ours
	board.resize(COLUMNS * ROWS)
	board.fill(0)
	_next(1)


@rpc
func placed(column: int, row: int, whose: int) -> void:
	board[row * COLUMNS + column] = whose
	_next(3 - whose)


## `winner` is a mark, or 0.
@rpc
func over(winner: int, why: String) -> void:
	turn = 0
	_show("%s: %s" % ["nobody wins" if winner == 0 else names[winner - 1] + " wins", why])
	print("board ", "".join(Array(board).map(func(stone: int) -> String: return ".xo"[stone])))
	if auto:
		multiplayer.multiplayer_peer.close()
		get_tree().quit()


func _next(whose: int) -> void:
	turn = whose
	_show("%s (%s) is to move" % [names[whose - 1], " xo"[whose]])
	if auto and turn == mark:
		place.rpc_id(1, _free_columns()[0])


func _free_columns() -> Array:
	return range(COLUMNS).filter(func(column: int) -> bool: return board[column] == 0)


func _unhandled_key_input(event: InputEvent) -> void:
	var column: int = event.keycode - KEY_1
	if event.pressed and turn == mark and turn != 0 and column in _free_columns():
		place.rpc_id(1, column)


func _show(text: String) -> void:
	print(text)
	var lines := PackedStringArray()
	for row in board.size() / COLUMNS:
		var stones := board.slice(row * COLUMNS, (row + 1) * COLUMNS)
		lines.append(" ".join(Array(stones).map(func(stone: int) -> String: return "·xo"[stone])))
	$Board.text = "\n".join(lines) + "\n\n" + text
