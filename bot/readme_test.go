package bot

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/storage/exchange"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

var update = flag.Bool("update", false, "write the table of settings into README.md")

const root = ".."

func readDoc(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// settingsTable is the README's table, as the code has it.
func settingsTable() string {
	var b strings.Builder
	b.WriteString("| variable | flag | default | meaning |\n|---|---|---|---|\n")
	for _, f := range settingFlags() {
		byDefault := ""
		if f.HasDefault {
			byDefault = "`" + f.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | `--%s` | %s | %s |\n", f.Envs[0], f.Name, byDefault, f.Help)
	}
	return b.String()
}

func TestReadmeHasTheSettingsOfTheCode(t *testing.T) {
	readme := readDoc(t, "README.md")
	parts := regexp.MustCompile(`(?s)^(.*<!-- settings:[^\n]*-->\n)(.*)(<!-- /settings -->.*)$`).FindStringSubmatch(readme)
	if parts == nil {
		t.Fatal("README.md has no place for the settings")
	}
	want := parts[1] + settingsTable() + parts[3]
	if *update {
		if err := os.WriteFile(filepath.Join(root, "README.md"), []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if readme != want {
		t.Errorf("README.md has another table of settings than the code: go test ./bot -run Readme -update")
	}
}

func TestEverySettingIsAFlagAndAVariableOfTheSameName(t *testing.T) {
	flags := settingFlags()
	if len(flags) < 19 {
		t.Fatalf("%d settings", len(flags))
	}
	for _, f := range flags {
		if want := "BUURTBODE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_")); len(f.Envs) != 1 || f.Envs[0] != want {
			t.Errorf("--%s is %v in the environment, want %s", f.Name, f.Envs, want)
		}
		if f.Help == "" || !strings.HasSuffix(f.Help, ".") {
			t.Errorf("--%s has no sentence that says what it means: %q", f.Name, f.Help)
		}
	}
}

// Every variable that some document or file tells to set must be one.
func TestNoDocumentNamesASettingThatIsNone(t *testing.T) {
	name := regexp.MustCompile(`BUURTBODE_[A-Z_]*[A-Z]`)
	files := []string{"README.md", "Dockerfile", "Makefile", "CHANGELOG.md"}
	err := fs.WalkDir(os.DirFS(root), "docs", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if unknown := unknownVariables(name.FindAllString(readDoc(t, file), -1)); len(unknown) > 0 {
			t.Errorf("%s names %v", file, unknown)
		}
	}
}

func TestDocumentsNameFilesThatExist(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)\)`)
	quoted := regexp.MustCompile("`((?:bot|commands|storage|messages|locales|docs)/[a-z0-9_./]+|main\\.go)`")
	documents := []string{"README.md", "docs/walk.md", "docs/import.md", "docs/dependencies.md", "CHANGELOG.md"}
	adrs, err := fs.Glob(os.DirFS(root), "docs/adr/*.md")
	if err != nil || len(adrs) < 9 {
		t.Fatalf("decisions are %v, %v", adrs, err)
	}
	named := 0
	for _, doc := range slices.Concat(documents, adrs) {
		text := readDoc(t, doc)
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			named++
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(doc), m[1])); err != nil {
				t.Errorf("%s links to %s, which isn't there", doc, m[1])
			}
		}
		for _, m := range quoted.FindAllStringSubmatch(text, -1) {
			named++
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
				t.Errorf("%s names %s, which isn't there", doc, m[1])
			}
		}
	}
	if named < 50 {
		t.Errorf("only %d files are named: the test looks for the wrong thing", named)
	}
}

func TestTheImportFileInTheDocumentationIsOne(t *testing.T) {
	example := regexp.MustCompile("(?s)```toml\n(.*?)```").FindStringSubmatch(readDoc(t, "docs/import.md"))
	if example == nil {
		t.Fatal("docs/import.md shows no file")
	}
	store := storagetest.Open(t, storagetest.SQLite(t))
	got, err := exchange.Import(t.Context(), store, strings.NewReader(example[1]))
	if err != nil {
		t.Fatal(err)
	}
	if want := (exchange.Report{Districts: 1, Teams: 1, Municipalities: 2, Areas: 3}); got != want {
		t.Errorf("the example brings in %+v, want %+v", got, want)
	}
}
