// Package form asks: a command that needs several facts declares fields, and this package asks them one by one, checks
// each answer, goes back, skips, changes and cancels. It keeps its state as text that the caller stores; it knows
// nothing of storage, chats or what the facts are for.
package form

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
)

// Answer is what somebody gave: typed text, or a photo, a place or a contact.
type Answer struct {
	Text    string
	Photo   *messages.Photo
	Place   *messages.Place
	Contact *messages.Contact
	// Numbered: there are no buttons, so the choice to skip has the number after the last.
	Numbered bool
}

// Choice is one numbered thing to pick. Value is what is stored.
type Choice struct {
	Value string
	Label messages.Say
}

// Field is one fact to ask. T is what the functions need of the conversation.
type Field[T any] struct {
	Name string // stable: stored in the state and in buttons
	// Ask is the question.
	Ask func(t T, s *State) (messages.Content, error)
	// Choices are the numbered choices, nil for none. Their order is part of the contract with users.
	Choices func(t T, s *State) ([]Choice, error)
	// Varies says in docs/commands.md which choices there are, where they depend on who is asked and about what.
	Varies string
	// Check turns an answer that is no choice into the stored value. A *messages.UserError is shown and the question
	// asked again; an *Ambiguous offers choices. Without Check only a choice will do.
	Check func(t T, s *State, a Answer) (string, error)
	// When tells whether the field is asked at all; nil: always.
	When func(t T, s *State) (bool, error)
	// Default is the value of a field that is not asked but can be changed; nil: the field is asked.
	Default func(t T, s *State) (string, error)
	// Asked fields with a Default are asked where the answers come one by one; who gives all at once gets the default.
	Asked bool
	// Optional fields can be skipped; their value is empty then.
	Optional bool
	// Show is the value as the summary shows it; nil: the value, or the label of its choice.
	Show func(t T, s *State, value string) (messages.Say, error)
	// Unforeseen fields are asked because of what was answered before. Who gives all answers at once can't know of them: what
	// is left of those answers is not used.
	Unforeseen bool
	// Surprises tells whether a field that is always asked says something unforeseen this time; nil: never.
	Surprises func(t T, s *State) (bool, error)
	// Again names the field that is asked again because of the answer, and this one after it; empty: none. nil: never.
	Again func(t T, s *State, value string) (string, error)
	// Holds tells whether the answer still counts after another field has changed; nil: always.
	Holds func(t T, s *State) (bool, error)
	// Confirm marks the last field: its choices are 1 go on, 2 change, 3 cancel.
	Confirm bool
}

// Form is a list of fields and what happens when they are known.
type Form[T any] struct {
	Command string
	Fields  []Field[T]
	// Label names a field in the list of what can be changed.
	Label func(field string) messages.Say
	// Done does the work once the last field is confirmed.
	Done func(t T, s *State) error
}

// State is what is known so far. It is stored as JSON, sealed.
type State struct {
	ID       int64             `json:"id"`
	Step     string            `json:"step"`
	Values   map[string]string `json:"values"`
	Order    []string          `json:"order,omitempty"`    // fields answered, for "back"
	Assumed  []string          `json:"assumed,omitempty"`  // fields that have their default, which follows what it rests on
	Offered  []Choice          `json:"offered,omitempty"`  // what the numbers mean right now
	Waiting  []string          `json:"waiting,omitempty"`  // answers given all at once, not used yet
	Change   bool              `json:"change,omitempty"`   // asking which field to change
	Changing string            `json:"changing,omitempty"` // field that is being changed
	Before   string            `json:"before,omitempty"`   // and its value before
	Then     string            `json:"then,omitempty"`     // command, with its words, to go on with when this form is done
	Origin   int64             `json:"origin,omitempty"`   // chat in which the form was asked for
	Warned   string            `json:"warned,omitempty"`   // text that was answered with the emergency numbers instead
	Link     string            `json:"-"`                  // what a link that begins the form in private says after the command
}

// Ambiguous is what Check returns when an answer fits several things: they are offered as numbered choices.
type Ambiguous struct {
	Say     messages.Say
	Choices []Choice
}

// Error tells how many choices there are.
func (a *Ambiguous) Error() string { return fmt.Sprintf("ambiguous: %d choices", len(a.Choices)) }

// New is an empty state; all at once, answers are separated by semicolons.
func New(answers string) *State {
	s := &State{Values: map[string]string{}}
	if strings.TrimSpace(answers) != "" {
		for _, a := range strings.Split(answers, ";") {
			s.Waiting = append(s.Waiting, strings.TrimSpace(a))
		}
	}
	return s
}

// Parse reads a stored state.
func Parse(stored string) (*State, error) {
	s := &State{}
	if err := json.Unmarshal([]byte(stored), s); err != nil {
		return nil, fmt.Errorf("parse form state: %w", err)
	}
	if s.Values == nil {
		s.Values = map[string]string{}
	}
	return s, nil
}

// String is the state for storing.
func (s *State) String() string {
	out, err := json.Marshal(s)
	if err != nil { // a struct of strings and numbers always marshals
		return "{}"
	}
	return string(out)
}

// Get is the value of a field; empty when it is not known or was skipped.
func (s *State) Get(name string) string { return s.Values[name] }

// Has tells whether a field was answered or skipped.
func (s *State) Has(name string) bool {
	_, ok := s.Values[name]
	return ok
}

// Number is the value of a field as a whole number, 0 when it is none.
func (s *State) Number(name string) int64 {
	n, err := strconv.ParseInt(s.Values[name], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Set gives a field its value from outside the questions: what is known already is not asked.
func (s *State) Set(name, value string) { s.Values[name] = value }

// Answered gives a field its value as if the person had answered it: it can be changed.
func (s *State) Answered(name, value string) { s.answered(name, value) }

func (s *State) answered(name, value string) {
	s.Values[name] = value
	s.Assumed = slices.DeleteFunc(s.Assumed, func(n string) bool { return n == name })
	s.Order = append(slices.DeleteFunc(s.Order, func(n string) bool { return n == name }), name)
	s.Offered, s.Warned, s.Changing, s.Before = nil, "", "", ""
}

// assume gives a field its default.
func (s *State) assume(name, value string) {
	s.Values[name] = value
	s.Assumed = append(s.Assumed, name)
}

// forget drops a value, and the confirmation that rested on it.
func (s *State) forget(name string) {
	delete(s.Values, name)
	s.Order = slices.DeleteFunc(s.Order, func(n string) bool { return n == name })
}
