# Server of a scene with synchronized objects in the engine. Argument: their number. All of them move in each of 30 frames
# a second. Prints its port as JSON; ends when the input ends.
extends SceneTree

var input := Thread.new()
var things: Array[Thing] = []
var frame := 0


class Thing extends Node:
	var position := Vector2()


func new_thing(index: int) -> Thing:
	var thing := Thing.new()
	thing.name = "Thing%d" % index
	var config := SceneReplicationConfig.new()
	config.add_property(^".:position")
	var synchronizer := MultiplayerSynchronizer.new()
	synchronizer.name = "Sync"
	synchronizer.replication_config = config
	thing.add_child(synchronizer)
	return thing


func _initialize() -> void:
	Engine.max_fps = 30
	var probe := TCPServer.new()
	probe.listen(0, "127.0.0.1")
	var port := probe.get_local_port()
	probe.stop()
	var peer := WebSocketMultiplayerPeer.new()
	peer.create_server(port, "127.0.0.1")
	var api: SceneMultiplayer = get_multiplayer()
	api.server_relay = false
	api.multiplayer_peer = peer
	for index in int(OS.get_cmdline_user_args()[0]):
		things.append(new_thing(index))
		root.add_child(things[index])
	input.start(await_end)
	print(JSON.stringify({"port": port}))


func await_end() -> void:
	while not OS.read_string_from_stdin(1024).is_empty():
		pass
	quit.call_deferred()


func _process(_delta: float) -> bool:
	frame += 1
	for i in things.size():
		things[i].position = Vector2(i, frame)
	return false
