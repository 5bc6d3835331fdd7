// Package bot runs: it reads the settings, connects the networks, takes every message in once and sends every answer out,
// does what is due by the clock, and shows the operator how things are.
//
// It knows which networks and which commands there are, and puts them together. What a command does stands in commands,
// what is remembered in storage; how a network talks stands in the folders below.
package bot
