extends Node
class Inner extends Node:
	@export var level := 3
	@rpc("any_peer") func within(a: int): pass
	@rpc func both(): pass
class Deeper extends Inner:
	@rpc("any_peer") func below(): pass
class Helper extends RefCounted:
	var x = 1
@rpc("any_peer") func outside(): pass
