package messages

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// code is what the program's source says about sentences: every string in it, as a pattern where it is built of several,
// and the ids that are given to a function that takes one.
type code struct {
	literals map[string]bool
	patterns map[string]*regexp.Regexp
	asked    map[string]string // id: where
}

// idTakers are the functions whose first string is the id of a sentence.
var idTakers = map[string]bool{"S": true, "Refuse": true, "ReplyID": true}

var (
	likeID = regexp.MustCompile(`^[a-z]+(\.[a-z0-9]+)*$`)
	verb   = regexp.MustCompile(`%[dsvq]`)
)

func readCode(t *testing.T) code {
	t.Helper()
	c := code{literals: map[string]bool{}, patterns: map[string]*regexp.Regexp{}, asked: map[string]string{}}
	files := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "tools" || strings.HasPrefix(d.Name(), ".") && path != ".."):
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := goparser.ParseFile(files, path, source, goparser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool { return c.visit(files, n) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c code) visit(files *token.FileSet, n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec:
		return false
	case *ast.BinaryExpr: // "role." + name
		if built := pattern(n); strings.Contains(built, ".+") {
			c.add(built)
		}
	case *ast.BasicLit:
		text, err := strconv.Unquote(n.Value)
		if n.Kind != token.STRING || err != nil {
			return true
		}
		c.literals[text] = true
		if verb.MatchString(text) { // fmt.Sprintf("saar.step%d", n)
			parts := verb.Split(text, -1)
			for i := range parts {
				parts[i] = regexp.QuoteMeta(parts[i])
			}
			c.add(strings.Join(parts, ".+"))
		}
	case *ast.CallExpr:
		if id, ok := askedFor(n); ok && likeID.MatchString(id) {
			c.asked[id] = files.Position(n.Pos()).String()
		}
	}
	return true
}

// add keeps a pattern that begins with letters and a dot or letters and a value: one that could mean anything means nothing.
func (c code) add(built string) {
	if regexp.MustCompile(`^[a-z]{2,}`).MatchString(built) {
		c.patterns[built] = regexp.MustCompile("^" + built + "$")
	}
}

// pattern is an expression of added strings as a regular expression.
func pattern(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return pattern(e.X) + pattern(e.Y)
		}
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return regexp.QuoteMeta(text)
		}
	}
	return ".+"
}

func askedFor(call *ast.CallExpr) (string, bool) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	if !idTakers[name] || len(call.Args) == 0 {
		return "", false
	}
	lit, ok := call.Args[0].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	id, err := strconv.Unquote(lit.Value)
	return id, err == nil
}

// Every sentence is said somewhere, and everything that is said is a sentence. An id stands in the code as it is, or is
// built of a beginning and something else, as "role." + name is.
func TestEverySentenceIsSaid(t *testing.T) {
	c := readCode(t)
	have := sentences(t)["nl"]
	for id := range have {
		if !c.says(id) {
			t.Errorf("%q is said nowhere: take it out of the language files", id)
		}
	}
	for id, where := range c.asked {
		if _, ok := have[id]; !ok {
			t.Errorf("%s says %q, which stands in no language file", where, id)
		}
	}
	if len(c.asked) < 50 {
		t.Errorf("only %d sentences were found in the code: does this test still see how they are said?", len(c.asked))
	}
}

func (c code) says(id string) bool {
	if c.literals[id] {
		return true
	}
	for _, p := range c.patterns {
		if p.MatchString(id) {
			return true
		}
	}
	return false
}
