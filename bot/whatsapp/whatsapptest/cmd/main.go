// Command cmd starts the stand-in for WhatsApp by itself, for trying a bot by hand: who types plays the people and the
// phone that the bot is linked to, and sees what the bot sends.
//
//	go run ./bot/whatsapp/whatsapptest/cmd
//
// Lines may also come from a pipe; each waits until the bot answered the one before. Nothing leaves this machine. The
// stand-in keeps everything in memory: a bot that was linked with it must be linked again when it was started again.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

// defaultPort is beside the one of the stand-in for Telegram.
const defaultPort = 8090

// How long a line from a pipe waits for the bot's answers, in real time.
const (
	defaultQuiet = 300 * time.Millisecond
	most         = time.Minute
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// options are what the command line says.
type options struct {
	port   int
	number string
	serve  bool
	quiet  time.Duration
}

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("whatsapptest", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.IntVar(&o.port, "port", defaultPort, "port on 127.0.0.1; 0: a free one")
	flags.StringVar(&o.number, "number", "31600000001", "the bot's number, with the country's first")
	flags.BoolVar(&o.serve, "serve", false, "go on when the input ends, until a signal")
	flags.DurationVar(&o.quiet, "quiet", defaultQuiet, "a line from a pipe waits until nobody sent anything for so long; more for a bot that takes its time")
	err := flags.Parse(args)
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
	log := func(format string, args ...any) { errs.say(format+"\n", args...) }
	server, err := whatsapptest.Start(net.JoinHostPort("127.0.0.1", strconv.Itoa(o.port)), log)
	if err != nil {
		errs.say("%v\nIs it running already? -port 0 takes a free port.\n", err)
		return 1
	}
	defer server.Close()
	c := newConversation(server, o.number, out)
	out.say("%s", welcome(server, o.number))

	follow, end := context.WithCancel(ctx)
	var printing sync.WaitGroup
	sights := server.Follow(follow)
	printing.Go(func() {
		for seen := range sights {
			c.show(seen)
		}
	})
	defer printing.Wait()
	defer end()

	done := c.read(ctx, in, typed(in), o.quiet)
	if o.serve {
		done = nil
	}
	select {
	case <-done:
	case <-ctx.Done():
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
func (c *conversation) read(ctx context.Context, in io.Reader, typed bool, quiet time.Duration) <-chan struct{} {
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
			if !c.do(line) {
				return
			}
			if !typed && !c.server.Settle(quiet, most) {
				c.out.say("(the bot is still busy)\n")
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
