// Command cmd starts the stand-in for Telegram by itself, for trying a bot by hand: who types plays the people, and sees
// what the bot sends.
//
//	go run ./bot/telegram/telegramtest/cmd -with ./buurtbode
//
// Lines may also come from a pipe; each waits until the bot answered the one before. Nothing leaves this machine.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
)

// defaultPort is the one of Telegram's own server for running a Bot API yourself.
const defaultPort = 8081

// How long a line from a pipe waits for the bot's answers, in real time.
const (
	quiet = 300 * time.Millisecond
	most  = 5 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// logged reports the bot's mistakes where its log goes.
type logged struct{ w io.Writer }

func (l logged) Errorf(format string, args ...any) { fmt.Fprintf(l.w, format+"\n", args...) }

// run is the whole program; it gives the exit code.
func run(ctx context.Context, args []string, in io.Reader, stdout, stderr io.Writer) int {
	out, errs := &lines{w: stdout}, &lines{w: stderr}
	flags := flag.NewFlagSet("telegramtest", flag.ContinueOnError)
	flags.SetOutput(errs)
	port := flags.Int("port", defaultPort, "port on 127.0.0.1; 0: a free one, which -with takes unless told otherwise")
	with := flags.String("with", "", "program to start with the stand-in as its Telegram; arguments that follow are its own")
	serve := flags.Bool("serve", false, "go on when the input ends, until a signal")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if given := false; *with != "" {
		flags.Visit(func(f *flag.Flag) { given = given || f.Name == "port" })
		if !given {
			*port = 0
		}
	}
	server, err := telegramtest.Start(logged{errs}, telegramtest.WithPort(*port), telegramtest.WithPatience(most))
	if err != nil {
		fmt.Fprintf(errs, "%v\nIs it running already? -port 0 takes a free port.\n", err)
		return 1
	}
	defer server.Close()

	c := &conversation{server: server, out: out, people: map[string]*telegramtest.Person{}, groups: map[string]*telegramtest.Group{}, last: map[string]int{}}
	ended := make(chan error) // never, where there is no program
	if *with != "" {
		p, err := start(*with, flags.Args(), server, errs)
		if err != nil {
			fmt.Fprintln(errs, err)
			return 1
		}
		defer p.stop(errs)
		c.program, ended = p, p.ended
	}
	fmt.Fprint(out, welcome(server, *with))

	follow, end := context.WithCancel(ctx)
	var printing sync.WaitGroup
	printing.Go(func() {
		for m := range server.Follow(follow) {
			fmt.Fprint(out, shown(m))
		}
	})
	defer printing.Wait()
	defer end()

	select {
	case <-c.read(ctx, in, typed(in)):
		if *serve {
			return wait(ctx, ended, errs)
		}
	case err := <-ended:
		return died(err, errs)
	case <-ctx.Done():
	}
	return 0
}

func wait(ctx context.Context, ended <-chan error, errs io.Writer) int {
	select {
	case err := <-ended:
		return died(err, errs)
	case <-ctx.Done():
		return 0
	}
}

func died(err error, errs io.Writer) int {
	fmt.Fprintf(errs, "The program ended by itself: %v\n", err)
	return 1
}

// typed tells whether somebody sits at the other end.
func typed(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// read does what the lines say and closes the channel at their end.
func (c *conversation) read(ctx context.Context, in io.Reader, typed bool) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, 1<<20)
		for ctx.Err() == nil && scanner.Scan() {
			line := scanner.Text()
			if !typed {
				fmt.Fprintln(c.out, line)
			}
			if !c.do(ctx, line) {
				return
			}
			if !typed && !c.server.Settle(quiet, most) {
				fmt.Fprintln(c.out, "(the bot is still busy, or not there)")
			}
		}
	}()
	return done
}

// lines is a writer for several at once.
type lines struct {
	mu sync.Mutex
	w  io.Writer
}

// Write writes one piece as a whole.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
