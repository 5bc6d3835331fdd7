package commands_test

import (
	"path/filepath"
	"testing"

	"github.com/buurtbode/buurtbode/commands/commandstest"
)

var update = commandstest.Update()

// TestTranscripts plays every conversation in testdata in a town of its own.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			commandstest.Play(t, commandstest.New(t), file, *update)
		})
	}
}
