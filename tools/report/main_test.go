package main

import (
	"strings"
	"testing"
)

const (
	passes = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: chatter\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}
{"Action":"pass","Package":"p"}
`
	skips = `{"Action":"output","Package":"p","Test":"TestB/postgres","Output":"=== RUN   TestB/postgres\n"}
{"Action":"output","Package":"p","Test":"TestB/postgres","Output":"    b_test.go:9: no PostgreSQL\n"}
{"Action":"output","Package":"p","Test":"TestB/postgres","Output":"    --- SKIP: TestB/postgres (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestB/postgres"}
`
	fails = `{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:5: got 1, want 2\n"}
{"Action":"output","Package":"p","Test":"TestC","Output":"--- FAIL: TestC (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestC"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}
`
	hangs = `{"Action":"output","Package":"p","Test":"TestD","Output":"panic: test timed out after 1s\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t1.0s\n"}
{"Action":"fail","Package":"p"}
`
	untested = `{"Action":"output","Package":"q","Output":"?   \tq\t[no test files]\n"}
{"Action":"skip","Package":"q"}
`
	unbuilt = `{"ImportPath":"p","Action":"build-output","Output":"p.go:1:1: syntax error\n"}
{"ImportPath":"p","Action":"build-fail"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","FailedBuild":"p"}
`
)

func TestReport(t *testing.T) {
	for name, c := range map[string]struct {
		events string
		strict bool
		well   bool
		shows  []string
		hides  []string
	}{
		"a test that passes":           {passes, true, true, []string{"ok  \tp\t0.1s\n", "1 passed, 0 failed, 0 skipped\n"}, []string{"chatter", "PASS"}},
		"a package without tests":      {passes + untested, true, true, []string{"[no test files]"}, []string{"FAIL", "SKIP"}},
		"a skipped test":               {passes + skips, false, true, []string{"SKIP p TestB/postgres: b_test.go:9: no PostgreSQL\n", "1 skipped"}, []string{"FAIL"}},
		"a skipped test in CI":         {passes + skips, true, false, []string{"SKIP p TestB/postgres", "no test may be skipped"}, nil},
		"a failed test":                {passes + fails, false, false, []string{"got 1, want 2", "--- FAIL: TestC", "FAIL\tp\t0.1s\n", "1 failed"}, nil},
		"a test that never ended":      {passes + hangs, false, false, []string{"timed out", "FAIL\tp\t1.0s\n"}, nil},
		"a package that doesn't build": {passes + unbuilt, false, false, []string{"syntax error", "[build failed]"}, nil},
		"no test at all":               {untested, false, false, []string{"no test ran"}, nil},
		"a line that is no event":      {"go: downloading x\n" + passes, false, true, []string{"go: downloading x\n"}, nil},
		"an end without a line's end":  {passes + "panic", false, true, []string{"panic"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			r := newReport(&out, c.strict)
			if err := r.read(strings.NewReader(c.events)); err != nil {
				t.Fatal(err)
			}
			if well := r.close(); well != c.well {
				t.Errorf("all is well: %v, want %v", well, c.well)
			}
			for _, s := range c.shows {
				if !strings.Contains(out.String(), s) {
					t.Errorf("does not show %q:\n%s", s, &out)
				}
			}
			for _, s := range c.hides {
				if strings.Contains(out.String(), s) {
					t.Errorf("shows %q:\n%s", s, &out)
				}
			}
		})
	}
}
