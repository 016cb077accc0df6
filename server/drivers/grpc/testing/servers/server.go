// The service in Go. ADMIN_PORT has channelz on a server of its own.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/golang/protobuf/ptypes/wrappers"
	"google.golang.org/grpc"
	channelz "google.golang.org/grpc/channelz/service"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

type slow interface {
	wait(context.Context, *wrappers.Int64Value) (*wrappers.StringValue, error)
}

type server struct{ name string }

func (s *server) wait(ctx context.Context, ms *wrappers.Int64Value) (*wrappers.StringValue, error) {
	select {
	case <-time.After(time.Duration(ms.Value) * time.Millisecond):
		return &wrappers.StringValue{Value: s.name}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *server) tick(ms *wrappers.Int64Value, stream grpc.ServerStream) error {
	for {
		if err := stream.SendMsg(&wrappers.StringValue{Value: s.name}); err != nil {
			return err
		}
		select {
		case <-time.After(time.Duration(ms.Value) * time.Millisecond):
		case <-stream.Context().Done():
			return stream.Context().Err()
		}
	}
}

var description = grpc.ServiceDesc{
	ServiceName: "fixture.Slow",
	HandlerType: (*slow)(nil),
	Methods: []grpc.MethodDesc{{
		MethodName: "Wait",
		Handler: func(s interface{}, ctx context.Context, decode func(interface{}) error, _ grpc.UnaryServerInterceptor) (interface{}, error) {
			ms := new(wrappers.Int64Value)
			if err := decode(ms); err != nil {
				return nil, err
			}
			return s.(*server).wait(ctx, ms)
		},
	}},
	Streams: []grpc.StreamDesc{{
		StreamName: "Tick",
		Handler: func(s interface{}, stream grpc.ServerStream) error {
			ms := new(wrappers.Int64Value)
			if err := stream.RecvMsg(ms); err != nil {
				return err
			}
			return s.(*server).tick(ms, stream)
		},
		ServerStreams: true,
	}},
}

func listen(port string) net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return listener
}

func main() {
	limitMs, _ := strconv.Atoi(os.Getenv("LIMIT_MS"))
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)

	serving := grpc.NewServer()
	serving.RegisterService(&description, &server{os.Getenv("NAME")})
	state := health.NewServer()
	state.SetServingStatus("fixture.Slow", grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(serving, state)
	listener := listen(os.Getenv("PORT"))
	go serving.Serve(listener)

	if port := os.Getenv("ADMIN_PORT"); port != "" {
		admin := grpc.NewServer()
		channelz.RegisterChannelzServiceToServer(admin)
		go admin.Serve(listen(port))
	}
	fmt.Println("SERVING")

	<-term
	began := time.Now()
	fmt.Println("GRACEFUL_SHUTDOWN")
	state.Shutdown()
	ended := make(chan struct{})
	go func() { serving.GracefulStop(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(time.Duration(limitMs) * time.Millisecond):
		fmt.Printf("TIMER_EXPIRED %d\n", time.Since(began).Milliseconds())
		serving.Stop()
		<-ended
	}
	fmt.Printf("TERMINATED %d\n", time.Since(began).Milliseconds())
}
