## A unit; "@rpc func not_one()" is a comment.
@tool
class_name Unit
extends Node2D

enum Kind { INFANTRY, TANK = 5, GHOST }
const START := 100

@export var hp := START
@export var kind: Kind = Kind.TANK
var text = """
@rpc func in_a_text(): pass
"""

@rpc("any_peer", "call_local", "unreliable", 2)
func move(direction: Vector2, fast: bool = false) -> void:
	# @rpc
	print(direction, fast)

# Over several lines, with comments between.
@rpc(
	"authority", # the server
	"unreliable_ordered",
)
@warning_ignore("unused_parameter")
func place(
	at: Vector2,
	names: Array[String] = ["a", "b, c"], # (
	rest: Dictionary = { "k": [1, 2] },
): pass

@rpc func stop(): pass
@rpc("any_peer") @warning_ignore("unused_parameter") func say(text: String, to := 0): pass
func not_callable(): pass
static func also_not(): pass
