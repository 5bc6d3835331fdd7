// Command report reads `go test -json` and prints what a person wants to read of it: go test's own closing line of every
// package, failed tests in full, skipped tests with their reason. It exits with 1 after a failed test and, when CI=true,
// after a skipped one: what no machine runs is not tested.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	r := newReport(os.Stdout, os.Getenv("CI") == "true")
	if err := r.read(os.Stdin); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
	if !r.close() {
		os.Exit(1)
	}
}

// event is one line of `go doc test2json`.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// test names a test of a package; a package itself has no name.
type test struct{ pkg, name string }

type report struct {
	out                     io.Writer
	strict                  bool // a skipped test is a failed one
	running                 map[test][]string
	skips                   []string
	passed, failed, skipped int
	broken                  bool // a package failed, with or without a test that did
}

func newReport(out io.Writer, strict bool) *report {
	return &report{out: out, strict: strict, running: map[test][]string{}}
}

// read reads events until the end. A line that is none is printed as it is.
func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		var e event
		switch {
		case line == "":
		case json.Unmarshal([]byte(line), &e) == nil && e.Action != "":
			r.take(e)
		default:
			r.print(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
	}
}

func (r *report) take(e event) {
	t := test{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		r.print(e.Output)
	case "output":
		switch {
		case e.Test != "":
			r.running[t] = append(r.running[t], e.Output)
		case e.Output != "PASS\n": // the line of the package follows
			r.print(e.Output)
		}
	case "pass":
		delete(r.running, t)
		if e.Test != "" {
			r.passed++
		}
	case "skip":
		if e.Test != "" {
			r.skipped++
			r.skips = append(r.skips, fmt.Sprintf("%s %s: %s", e.Package, e.Test, reason(r.running[t])))
		}
		delete(r.running, t)
	case "fail":
		r.broken = true
		if e.Test == "" {
			r.unfinished(e.Package)
			return
		}
		r.failed++
		r.show(t)
	}
}

// unfinished shows the tests of a package that never ended: a panic, a time-out.
func (r *report) unfinished(pkg string) {
	for t := range r.running {
		if t.pkg == pkg {
			r.show(t)
		}
	}
}

func (r *report) show(t test) {
	for _, line := range r.running[t] {
		r.print(line)
	}
	delete(r.running, t)
}

// reason is what a test said to t.Skip: its output without the frame that go test puts around it.
func reason(output []string) string {
	var said []string
	for _, line := range output {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ") {
			continue
		}
		said = append(said, line)
	}
	return strings.Join(said, " ")
}

// close prints the sum, and tells whether all is well.
func (r *report) close() bool {
	for _, s := range r.skips {
		r.print("SKIP " + s + "\n")
	}
	if r.strict && r.skipped > 0 {
		r.print("FAIL: with CI=true no test may be skipped\n")
	}
	if r.passed+r.failed == 0 {
		r.print("FAIL: no test ran\n")
	}
	r.print(fmt.Sprintf("%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped))
	return !r.broken && r.passed > 0 && (!r.strict || r.skipped == 0)
}

func (r *report) print(s string) { _, _ = io.WriteString(r.out, s) }
