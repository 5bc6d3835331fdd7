// Command buurtbode carries messages between neighbourhood watch groups, the police and the municipality.
package main

import (
	"context"
	"os"

	"github.com/buurtbode/buurtbode/bot"
)

// version is set when the program is built; see the Makefile.
var version = "dev"

func main() {
	os.Exit(bot.Main(context.Background(), bot.Program{Version: version, Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr}))
}
