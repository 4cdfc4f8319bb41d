extends Node

var direction := Vector2.ZERO
