package messages

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

var placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

// sentences reads the language files: the forms of each sentence by language and id; a plain sentence has the form "other".
func sentences(t *testing.T) map[string]map[string]map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../locales/*.toml")
	if err != nil || len(paths) < 2 {
		t.Fatalf("the language files are %v, %v", paths, err)
	}
	all := map[string]map[string]map[string]string{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file map[string]any
		if err := toml.Unmarshal(data, &file); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		lang := strings.TrimSuffix(filepath.Base(path), ".toml")
		all[lang] = map[string]map[string]string{}
		for id, value := range file {
			forms := map[string]string{}
			switch value := value.(type) {
			case string:
				forms["other"] = value
			case map[string]any:
				for form, text := range value {
					forms[form] = fmt.Sprint(text)
				}
			}
			all[lang][id] = forms
		}
	}
	return all
}

func valuesIn(text string) []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Both languages have the same sentences with the same values, and the same forms: Dutch and English both have one and other.
func TestLanguagesSayTheSame(t *testing.T) {
	all := sentences(t)
	for lang, have := range all {
		for id, forms := range all["nl"] {
			other, ok := have[id]
			if !ok {
				t.Errorf("%s lacks %q", lang, id)
				continue
			}
			if got, want := slices.Sorted(maps.Keys(other)), slices.Sorted(maps.Keys(forms)); !slices.Equal(got, want) {
				t.Errorf("%s: %q has the forms %v, Dutch has %v", lang, id, got, want)
			}
			for form, text := range forms {
				if got, want := valuesIn(other[form]), valuesIn(text); !slices.Equal(withoutCount(got), withoutCount(want)) {
					t.Errorf("%s: %q (%s) has the values %v, Dutch has %v", lang, id, form, got, want)
				}
			}
		}
		for id := range have {
			if _, ok := all["nl"][id]; !ok {
				t.Errorf("%s has %q, which Dutch lacks", lang, id)
			}
		}
	}
}

// withoutCount leaves the number out: "one" need not name it.
func withoutCount(values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "Count" })
}

func TestSentencesAreWellFormed(t *testing.T) {
	for lang, have := range sentences(t) {
		for id, forms := range have {
			_, one := forms["one"]
			_, other := forms["other"]
			if !other || len(forms) > 1 != one || len(forms) > 2 {
				t.Errorf("%s: %q has the forms %v, want other, or one and other", lang, id, slices.Sorted(maps.Keys(forms)))
			}
			for form, text := range forms {
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s: %q (%s) is empty", lang, id, form)
				}
				if rest := placeholder.ReplaceAllString(text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
					t.Errorf("%s: %q (%s) has more than plain values in braces", lang, id, form)
				}
				seen := Parse(placeholder.ReplaceAllString(text, mark("x"))).String()
				if strings.ContainsAny(seen, "*_") || strings.Contains(seen, "](") {
					t.Errorf("%s: %q (%s) has a mark that marks nothing: %q", lang, id, form, seen)
				}
				if Clean(text) != text {
					t.Errorf("%s: %q (%s) has control characters", lang, id, form)
				}
			}
		}
	}
}
