import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * A client of RocketMQ, for the tests: `NAMESERVER COUNT`. Sends, pulls and consumes COUNT messages in each way, and
 * says "done". The form of headers is set by `rocketmq.serialize.type`.
 */
public class Rocketmq {
  static Message message(String topic, String tag, int number) {
    Message message = new Message(topic, tag, "key-" + number, ("message " + number).getBytes(StandardCharsets.UTF_8));
    message.putUserProperty("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    return message;
  }

  public static void main(String[] arguments) throws Exception {
    String nameServer = arguments[0];
    int count = Integer.parseInt(arguments[1]);
    send(nameServer, count);
    pull(nameServer, count);
    consume(nameServer, 4 * count + 1);
    System.out.println("done");
    System.exit(0);
  }

  static void send(String nameServer, int count) throws Exception {
    TransactionMQProducer producer = new TransactionMQProducer("shop-producers");
    producer.setNamesrvAddr(nameServer);
    producer.setVipChannelEnabled(false);
    producer.setSendMsgTimeout(20_000);
    producer.setTransactionListener(
        new TransactionListener() {
          public LocalTransactionState executeLocalTransaction(Message message, Object argument) {
            return (Boolean) argument ? LocalTransactionState.COMMIT_MESSAGE : LocalTransactionState.ROLLBACK_MESSAGE;
          }

          public LocalTransactionState checkLocalTransaction(MessageExt message) {
            return LocalTransactionState.COMMIT_MESSAGE;
          }
        });
    producer.start();
    for (int i = 0; i < count; i++) producer.send(message("orders", "blue", i));
    CountDownLatch sent = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      producer.send(
          message("orders", "red", i),
          new SendCallback() {
            public void onSuccess(SendResult result) {
              sent.countDown();
            }

            public void onException(Throwable error) {
              error.printStackTrace();
              System.exit(1);
            }
          });
    }
    if (!sent.await(30, TimeUnit.SECONDS)) throw new IllegalStateException("not sent");
    for (int i = 0; i < count; i++) producer.sendOneway(message("orders", "green", i));
    List<Message> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) batch.add(message("orders", "grey", i));
    producer.send(batch);
    producer.sendMessageInTransaction(message("orders", "black", 0), true);
    producer.sendMessageInTransaction(message("orders", "black", 1), false);
    producer.shutdown();
  }

  static void pull(String nameServer, int count) throws Exception {
    DefaultMQPullConsumer consumer = new DefaultMQPullConsumer("shop-pullers");
    consumer.setNamesrvAddr(nameServer);
    consumer.setVipChannelEnabled(false);
    consumer.start();
    Set<MessageQueue> queues = consumer.fetchSubscribeMessageQueues("orders");
    for (MessageQueue queue : queues) {
      PullResult result = consumer.pull(queue, "*", 0, 32);
      System.err.println(queue.getQueueId() + " " + result.getPullStatus() + " " + result.getNextBeginOffset());
      consumer.pull(queue, "*", result.getMaxOffset(), 32);
      consumer.updateConsumeOffset(queue, result.getNextBeginOffset());
    }
    try {
      consumer.pull(new MessageQueue("absent", "broker-a", 0), "*", 0, 32);
    } catch (MQBrokerException expected) {
      System.err.println(expected.getResponseCode());
    }
    consumer.shutdown();
  }

  static void consume(String nameServer, int expected) throws Exception {
    DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("shop-consumers");
    consumer.setNamesrvAddr(nameServer);
    consumer.setVipChannelEnabled(false);
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    consumer.subscribe("orders", "*");
    CountDownLatch consumed = new CountDownLatch(expected);
    consumer.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, context) -> {
              for (int i = 0; i < messages.size(); i++) consumed.countDown();
              return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
    consumer.start();
    if (!consumed.await(40, TimeUnit.SECONDS)) throw new IllegalStateException("missing " + consumed.getCount());
    consumer.shutdown();
  }
}
