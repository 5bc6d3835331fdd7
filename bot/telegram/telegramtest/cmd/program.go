package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
)

// patience is how long the program has to end after SIGTERM: the bot promises 10 s.
const patience = 15 * time.Second

// program is the bot, run beside the stand-in.
type program struct {
	path  string
	env   []string
	dir   string // of its database; empty: it has one of its own
	child *exec.Cmd
	ended chan struct{}
	err   error // how it ended
}

// start runs the program with what it needs to find the stand-in, and a database that is thrown away unless
// BUURTBODE_DATABASE names one.
func start(path string, args []string, server *telegramtest.Server, log *lines) (*program, error) {
	p := &program{path: path, ended: make(chan struct{})}
	p.env = append(os.Environ(), "BUURTBODE_TELEGRAM_TOKEN="+server.Token(), "BUURTBODE_TELEGRAM_API="+server.URL())
	if os.Getenv("BUURTBODE_DATABASE") == "" {
		dir, err := os.MkdirTemp("", "buurtbode-")
		if err != nil {
			return nil, fmt.Errorf("make a folder for the database: %w", err)
		}
		p.dir = dir
		p.env = append(p.env, "BUURTBODE_DATABASE="+filepath.Join(dir, "buurtbode.db"))
	}
	p.child = exec.Command(path, args...)
	p.child.Env, p.child.Stdout, p.child.Stderr = p.env, log, log
	if err := p.child.Start(); err != nil {
		p.clean(log)
		return nil, fmt.Errorf("start the program: %w", err)
	}
	go func() {
		p.err = p.child.Wait()
		close(p.ended)
	}()
	return p, nil
}

// stop ends the program and waits until it has.
func (p *program) stop(log *lines) {
	defer p.clean(log)
	if err := p.child.Process.Signal(syscall.SIGTERM); err != nil {
		_ = p.child.Process.Kill() // it has ended, or this is Windows
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.ended:
	case <-timer.C:
		log.say("The program didn't end within %s and is killed.\n", patience)
		_ = p.child.Process.Kill()
		<-p.ended
	}
}

func (p *program) clean(log *lines) {
	if p.dir == "" {
		return
	}
	if err := os.RemoveAll(p.dir); err != nil {
		log.say("%v\n", err)
	}
}

// runOnce runs the program a second time beside itself, on the same database: "invite officer --area Lisse".
func (p *program) runOnce(ctx context.Context, args []string) string {
	cmd := exec.CommandContext(ctx, p.path, args...)
	cmd.Env = p.env
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return fmt.Sprintln(err)
	}
	if exit != nil {
		return fmt.Sprintf("%s(%s)\n", out, exit)
	}
	return string(out)
}
