class_name Player extends Node2D
@export var hp := 100
@export var label := "nobody"
@export var aim := Vector2(1, 0)
var secret = 3
func _ready(): print("player ", name, " ", hp, " ", label, " ", position, " ", $Gun.rotation, " ", $Gun.heat)
@rpc("any_peer") func shoot(at: Vector2): print("shoot ", at)
@rpc func hit(by: int, damage := 1.0): print("hit ", name, " ", by, " ", damage)
