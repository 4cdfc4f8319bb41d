# What a member of a game has at the path Game: calls of every kind, a spawner, and notes of what happens.
extends Node

signal noted(text: String)


func _ready() -> void:
	$Spawner.spawned.connect(func(node: Node) -> void: noted.emit("spawned %s" % node.name))
	$Spawner.despawned.connect(func(node: Node) -> void: noted.emit("despawned %s" % node.name))


@rpc("any_peer")
func say(value: Variant) -> void:
	_note("said", [value])


@rpc("any_peer", "call_local", "unreliable", 2)
func shout(text: String, times: int = 1) -> void:
	_note("shouted", [text, times])


@rpc
func announce(text: String) -> void:
	_note("announced", [text])


@rpc("any_peer")
func ping(count: int) -> void:
	_note("pinged", [count])
	if count > 0:
		ping.rpc_id(multiplayer.get_remote_sender_id(), count - 1)


func never(text: String) -> void:
	_note("never", [text])


func _note(what: String, values: Array) -> void:
	noted.emit("%s %d %s" % [what, multiplayer.get_remote_sender_id(), JSON.stringify(values)])
