// Command buurtbode carries messages between neighbourhood watch groups, the police and the municipality.
package main

func main() {}
