# A unit of the player whose id is its name: the server says where it is, the player where it wants to go.
extends Node

var position := Vector2.ZERO
var hp := 100
var told := {}


func _enter_tree() -> void:
	$Input.set_multiplayer_authority(name.to_int())


func _ready() -> void:
	_tell("unit")
	$Sync.synchronized.connect(_tell.bind("unit"))
	$Sync.delta_synchronized.connect(_tell.bind("unit"))
	$Input/Sync.synchronized.connect(_tell.bind("input"))


## Only what is new.
func _tell(what: String) -> void:
	var direction: Vector2 = $Input.direction
	var text := "%s %s %d,%d" % [what, name, direction.x, direction.y]
	if what == "unit":
		text = "%s %s at %d,%d hp %d" % [what, name, position.x, position.y, hp]
	if told.get(what) != text:
		get_node("../..").noted.emit(text)
	told[what] = text
