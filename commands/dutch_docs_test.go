package commands_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/locales"
)

// TestDutchDocs holds the pages for people of police and municipality to the commands that there are, by their Dutch names.
func TestDutchDocs(t *testing.T) {
	catalog, err := locales.Load("nl")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, c := range commands.New(commands.Config{Catalog: catalog}).Commands() {
		if !c.Hidden {
			names[catalog.Text("nl", "command."+c.Name+".name", nil, -1)] = true
		}
	}
	pages, err := filepath.Glob("../docs/nl/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	command := regexp.MustCompile("`/([^` ]+)")
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		found := command.FindAllSubmatch(text, -1)
		if len(found) == 0 {
			t.Errorf("%s names no command", page)
		}
		for _, m := range found {
			if !names[string(m[1])] {
				t.Errorf("%s names /%s, which is no command", page, m[1])
			}
		}
	}
}
