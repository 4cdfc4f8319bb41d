extends Node2D
@export var heat := 0.25
@rpc("any_peer") func reload(): pass
