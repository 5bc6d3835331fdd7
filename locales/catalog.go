// Package locales translates: one TOML file a language holds every sentence that a user reads, and this package turns
// an id and its values into that sentence. It knows nothing of messages, chats or commands.
//
// In the files, *bold*, _italic_, "- " and [words](https://address) are light markup; {{.Name}} is a value. An id with
// the forms "one" and "other" is chosen by the value Count.
package locales

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

//go:embed *.toml
var files embed.FS

// Catalog has every sentence in every language. It is safe for use by several goroutines.
type Catalog struct {
	fallback   string
	languages  []string
	localizers map[string]*i18n.Localizer
	ids        map[string]bool
	parser     template.Parser
	missing    func(lang, id string, err error)
}

// Load reads the embedded languages; fallback is used for people whose language there is no file for. It fails when a
// file cannot be read or has no such language.
func Load(fallback string) (*Catalog, error) {
	bundle := i18n.NewBundle(language.MustParse("nl"))
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("load locales: %w", err)
	}
	c := &Catalog{
		localizers: map[string]*i18n.Localizer{},
		ids:        map[string]bool{},
		parser:     &template.TextParser{Option: "missingkey=error"},
	}
	for _, e := range entries {
		file, err := bundle.LoadMessageFileFS(files, e.Name())
		if err != nil {
			return nil, fmt.Errorf("load locales: %s: %w", e.Name(), err)
		}
		for _, m := range file.Messages {
			c.ids[m.ID] = true
		}
		lang := strings.TrimSuffix(e.Name(), ".toml")
		c.languages = append(c.languages, lang)
		c.localizers[lang] = i18n.NewLocalizer(bundle, lang)
	}
	if !slices.Contains(c.languages, fallback) {
		return nil, fmt.Errorf("load locales: no language %q; there are %s", fallback, strings.Join(c.languages, ", "))
	}
	c.fallback = fallback
	return c, nil
}

// Languages are the tags of the languages there are, sorted.
func (c *Catalog) Languages() []string { return c.languages }

// Preferred are the tags of the languages there are, the fallback first.
func (c *Catalog) Preferred() []string {
	out := []string{c.fallback}
	for _, l := range c.languages {
		if l != c.fallback {
			out = append(out, l)
		}
	}
	return out
}

// Fallback is the language for those whose own there is no file for.
func (c *Catalog) Fallback() string { return c.fallback }

// OnMissing is called for an id or value that is missing; the text then is the id itself. Tests fail on it, the bot logs it.
func (c *Catalog) OnMissing(f func(lang, id string, err error)) { c.missing = f }

// Match is the language there is a file for that fits a BCP 47 tag, or the fallback.
func (c *Catalog) Match(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	if slices.Contains(c.languages, base) {
		return base
	}
	return c.fallback
}

// Known tells whether tag is exactly a language there is a file for.
func (c *Catalog) Known(tag string) bool { return slices.Contains(c.languages, tag) }

// Text is the sentence id in lang with its values, markup and all. Count chooses the plural form; below zero: no plural.
func (c *Catalog) Text(lang, id string, values map[string]any, count int) string {
	l, ok := c.localizers[lang]
	if !ok {
		lang = c.fallback
		l = c.localizers[lang]
	}
	cfg := &i18n.LocalizeConfig{MessageID: id, TemplateData: values, TemplateParser: c.parser}
	if count >= 0 {
		cfg.PluralCount = count
	}
	s, err := l.Localize(cfg)
	if err != nil {
		if c.missing != nil {
			c.missing(lang, id, err)
		}
		if s == "" {
			return id
		}
	}
	return s
}

// Has tells whether there is a sentence with this id.
func (c *Catalog) Has(id string) bool { return c.ids[id] }
