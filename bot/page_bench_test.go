//go:build !race

package bot_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	browsers    = 10
	manyInAChat = 1000 // messages, half of them the bot's
)

// BenchmarkDemo tells how soon the demo can be opened, and how much memory the program takes with ten browsers that
// follow a chat of a thousand messages. Both are to stay low: 1.5 s, 80 MB.
func BenchmarkDemo(b *testing.B) {
	if runtime.GOOS != "linux" {
		b.Skip("what a process takes is read from /proc")
	}
	program := build(b)
	for b.Loop() {
		begun := time.Now()
		cmd := exec.CommandContext(b.Context(), program, "demo", "--addr", "127.0.0.1:0")
		cmd.Env = append(os.Environ(), "TMPDIR="+b.TempDir())
		out, err := cmd.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(begun).Milliseconds()), "ms-to-open")
		address := strings.TrimSuffix(regexp.MustCompile(`http://\S+`).FindString(line), "/")

		seen := make(chan error, browsers)
		for range browsers {
			go func() { seen <- follow(b, address) }()
		}
		for i := range manyInAChat / 2 {
			sayAtPage(b, address, fmt.Sprintf(`{"chat":"resident","key":"bench-%05d","text":"/saar"}`, i))
		}
		for range browsers {
			if err := <-seen; err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(resident(b, cmd.Process.Pid), "MB-RSS")
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			b.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
	}
}

// follow reads what a browser gets until all messages were there; the connection stays open until the benchmark ends.
func follow(b *testing.B, address string) error {
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address+"/api/events?as=resident", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	b.Cleanup(func() { _ = resp.Body.Close() })
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		var m struct {
			Chat string
			ID   int64
		}
		if ok && json.Unmarshal([]byte(data), &m) == nil && m.Chat == "resident" && m.ID >= manyInAChat {
			return nil
		}
	}
	return fmt.Errorf("the stream ended: %w", lines.Err())
}

func sayAtPage(b *testing.B, address, body string) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, address+"/api/say?as=resident", strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Origin", address)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("saying is answered %d, %v", resp.StatusCode, err)
	}
}

// resident is the memory that a process has, in MB of a million bytes.
func resident(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	var kb float64
	for _, line := range strings.Split(string(status), "\n") {
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kb); err == nil {
			return kb * 1024 / 1e6
		}
	}
	b.Fatal("/proc tells no VmRSS")
	return 0
}
