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
type logged struct{ *lines }

// Errorf tells of one.
func (l logged) Errorf(format string, args ...any) { l.say(format+"\n", args...) }

// options are what the command line says.
type options struct {
	port  int
	with  string
	args  []string // of the program
	serve bool
}

func parse(args []string, errs *lines) (options, error) {
	var o options
	flags := flag.NewFlagSet("telegramtest", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.IntVar(&o.port, "port", defaultPort, "port on 127.0.0.1; 0: a free one, which -with takes unless told otherwise")
	flags.StringVar(&o.with, "with", "", "program to start with the stand-in as its Telegram; arguments that follow are its own")
	flags.BoolVar(&o.serve, "serve", false, "go on when the input ends, until a signal")
	err := flags.Parse(args)
	given := false
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == "port" })
	if o.with != "" && !given {
		o.port = 0
	}
	o.args = flags.Args()
	return o, err
}

// run is the whole program; it gives the exit code.
func run(ctx context.Context, args []string, in io.Reader, stdout, stderr io.Writer) int {
	out, errs := &lines{w: stdout}, &lines{w: stderr}
	o, err := parse(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	server, err := telegramtest.Start(logged{errs}, telegramtest.WithPort(o.port), telegramtest.WithPatience(most))
	if err != nil {
		errs.say("%v\nIs it running already? -port 0 takes a free port.\n", err)
		return 1
	}
	defer server.Close()

	c := newConversation(server, out)
	ended := make(chan struct{}) // never, where there is no program
	if o.with != "" {
		p, err := start(o.with, o.args, server, errs)
		if err != nil {
			errs.say("%v\n", err)
			return 1
		}
		defer p.stop(errs)
		c.program, ended = p, p.ended
	}
	out.say("%s", welcome(server, o.with))

	follow, end := context.WithCancel(ctx)
	var printing sync.WaitGroup
	printing.Go(func() {
		for m := range server.Follow(follow) {
			out.say("%s", shown(m))
		}
	})
	defer printing.Wait()
	defer end()

	done := c.read(ctx, in, typed(in))
	if o.serve {
		done = nil
	}
	select {
	case <-done:
	case <-ctx.Done():
	case <-ended:
		errs.say("The program ended by itself: %v\n", c.program.err)
		return 1
	}
	return 0
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
				c.out.say("%s\n", line)
			}
			if !c.do(ctx, line) {
				return
			}
			if !typed && !c.server.Settle(quiet, most) {
				c.out.say("(the bot is still busy, or not there)\n")
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

// say writes for people; when nobody reads there is nobody to tell.
func (l *lines) say(format string, args ...any) { _, _ = fmt.Fprintf(l, format, args...) }
