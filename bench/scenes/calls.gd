# Server of a scene with remote calls in the engine: a node that players call, and that calls all of them. Polls without
# pause while somebody is connected. Prints its port as JSON; ends when the input ends.
extends SceneTree

const SLICE_MS := 20
const IDLE_MS := 5

var input := Thread.new()


class Main extends Node:
	var moved := 0.0

	@rpc("authority")
	func done() -> void:
		pass

	@rpc("any_peer")
	func flush() -> void:
		rpc_id(multiplayer.get_remote_sender_id(), &"done")

	@rpc("any_peer")
	func more(count: int) -> void:
		for i in count:
			rpc(&"move", 7, 2.5)

	@rpc("any_peer")
	func move(x: int, y: float) -> void:
		moved += x * y


func _initialize() -> void:
	var probe := TCPServer.new()
	probe.listen(0, "127.0.0.1")
	var port := probe.get_local_port()
	probe.stop()
	var peer := WebSocketMultiplayerPeer.new()
	peer.create_server(port, "127.0.0.1")
	var main := Main.new()
	main.name = "Main"
	root.add_child(main)
	var api: SceneMultiplayer = get_multiplayer()
	api.server_relay = false
	api.multiplayer_peer = peer
	input.start(await_end)
	print(JSON.stringify({"port": port}))


func await_end() -> void:
	while not OS.read_string_from_stdin(1024).is_empty():
		pass
	quit.call_deferred()


func _process(_delta: float) -> bool:
	var api := get_multiplayer()
	if api.get_peers().is_empty():
		OS.delay_msec(IDLE_MS)
	var start := Time.get_ticks_msec()
	while not api.get_peers().is_empty() and Time.get_ticks_msec() - start < SLICE_MS:
		api.poll()
	return false
